"""From statements to scored pairs: which are contested, and where each side stands."""
