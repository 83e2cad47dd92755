"""Commands that change something: enrol and run. What only looks stands in `report`."""
