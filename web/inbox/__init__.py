"""What waits for the person: the inbox of everybody, the committee's decisions, the instructor's enterprises."""
