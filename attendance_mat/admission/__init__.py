"""The admission room: who comes on to the roll and who leaves it, by what right, and every change of a particular."""
