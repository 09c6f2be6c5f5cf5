module wiretable

go 1.26
