"""Open data: the catalogue in the forms that other catalogues, readers and programs expect."""
