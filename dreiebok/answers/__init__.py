"""Filled forms to tables: what was answered, by field id, and what a survey's answers amount to.

Bytes and records go in, values and Problems come out; nothing here opens a file, writes one or
changes a form.
"""
