"""From an Edition to print documents, and from those to tagged, fillable, imposed PDFs."""
