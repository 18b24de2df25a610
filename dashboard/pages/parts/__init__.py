"""What more than one page is made of; the pages themselves stand one level up, one file each."""
