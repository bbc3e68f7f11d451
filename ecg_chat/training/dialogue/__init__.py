"""Dialogue generated from labels, measurements and statements of training ECGs."""
