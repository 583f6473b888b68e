"""辖区情况: where every matter of a subdistrict or a district stands, for those who oversee it."""
