// Package simulator is a pretend phone company with pretend phones.
package simulator
