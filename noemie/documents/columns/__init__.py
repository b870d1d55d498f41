"""Flows and returns as Arrow record batches and Parquet data sets; needs the extra `parquet`."""
