"""On call: who carries the pager, who is told next, and what became of each page."""
