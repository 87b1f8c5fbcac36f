"""How long joining takes, beside a bare page on the same Janus: the price of everything that Visio adds."""
