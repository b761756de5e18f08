"""How well pages are read: pages that are drawn and damaged here, with the truth of every word."""
