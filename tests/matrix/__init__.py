"""Every address, times everybody: the rows, and what each address is asked with."""
