"""From the bytes of any table file to measurements, with a reason for every row left out."""
