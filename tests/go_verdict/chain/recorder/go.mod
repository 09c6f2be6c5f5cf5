module verifytable
go 1.26
