"""Where the beats are, and where P, QRS and T begin, peak and end."""
