"""Who the students are: reads a roster, and says which submission is whose. It knows no submission's content."""
