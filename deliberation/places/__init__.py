"""District › subdistrict › community › compound › building › entrance › household."""
