"""The employees' portal: report something, see how it goes, say whether it works."""
