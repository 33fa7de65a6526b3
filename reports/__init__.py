"""Reports: figures, findings, exclusions, the monthly notice, the consultation's papers, imports, the demo."""
