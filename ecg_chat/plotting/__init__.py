"""The sheet that people read: the strip of the page, true-scale paper as PDF and PNG, and the report."""
