module parsego

go 1.26
