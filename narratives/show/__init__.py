"""Ways to look at an analysis; everything here renders from frames and reports alone."""
