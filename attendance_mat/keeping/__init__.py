"""The keeping room: back-ups, how long each record is kept, who may inspect, and the file for the other system."""
