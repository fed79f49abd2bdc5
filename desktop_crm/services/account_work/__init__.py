"""Work on an account over time: white space, plans, files, its team and handing it over. One file for each."""
