"""Charts of a return: what is drawn (data), as pictures in the briefing and as charts in the workbook."""
