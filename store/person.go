package store

const personName = "people.name"
