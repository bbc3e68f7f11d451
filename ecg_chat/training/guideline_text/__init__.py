"""Sentences about a training ECG after ECG-LM (Yang et al. 2025): who, the report, and what lies outside its limits."""
