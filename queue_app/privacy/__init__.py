"""Personal data (UU 27/2022): what is kept, why and for how long; keys, erasing in time, and what a person may ask."""
