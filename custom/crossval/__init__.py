"""Cross-validation: folds that are trained and scored by the bundle's configs, and summed up."""
