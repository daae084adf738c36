package simulator

// order is what the REST API asks of a call under way: to end, or to play something else.
type order struct {
	src *source // nil: end
	end Ended
}

func (o order) step() step {
	if o.src == nil {
		return step{end: &o.end}
	}
	return step{to: o.src}
}

// orderEnd ends a call from outside its goroutine. A call with four orders waiting is
// ending anyway.
func (l *leg) orderEnd(reason Reason) {
	l.order(order{end: Ended{Reason: reason, Status: "completed"}})
}

func (l *leg) order(o order) {
	select {
	case l.orders <- o:
	default:
	}
}
