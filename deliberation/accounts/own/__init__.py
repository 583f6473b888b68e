"""我的资料: what is kept of whoever signed in, to look at, to take along, to have put right."""
