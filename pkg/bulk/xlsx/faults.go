package xlsx

import (
	"fmt"

	"w2w/pkg/fault"
)

// The refusals name places, never what stands there.

// aboutFile is a fault of the file as a whole.
func aboutFile(code, it, en string) *fault.Error {
	return fault.New(fault.RequestInvalid, "Il file non è una cartella di lavoro XLSX accettabile: "+it+".", "The file is no acceptable XLSX workbook: "+en+".").At("file", code, it, en)
}

func errNoWorkbook() error { return aboutFile("format", "non è XLSX", "it is not XLSX") }

func errCorrupt() error {
	return aboutFile("corrupt", "l'archivio è danneggiato", "the archive is damaged")
}

func errXML() error {
	return aboutFile("xml", "una parte non è XML valido o contiene un testo troppo lungo", "a part of it is not valid XML, or has a text that is too long")
}

func errDTD() error {
	return aboutFile("dtd", "contiene una dichiarazione DOCTYPE", "it has a DOCTYPE declaration")
}

func errSealed() error {
	return aboutFile("sealed", "è protetto da password o nel vecchio formato XLS", "it is protected by a password, or of the old format XLS")
}

func errMacros() error { return aboutFile("macros", "contiene macro", "it has macros") }

func errLinks() error {
	return aboutFile("links", "contiene collegamenti ad altri file o dati esterni", "it has links to other files or external data")
}

func errParts() error {
	return aboutFile("parts", fmt.Sprintf("ha più di %d parti", maxParts), fmt.Sprintf("it has more than %d parts", maxParts))
}

func errBomb() error {
	return aboutFile("ratio", fmt.Sprintf("una parte è compressa più di %d volte", maxRatio), fmt.Sprintf("a part is packed more than %d times", maxRatio))
}

func errStrings() error {
	return aboutFile("strings", fmt.Sprintf("ha più di %d testi condivisi", maxStrings), fmt.Sprintf("it has more than %d shared strings", maxStrings))
}

func errStyles() error {
	return aboutFile("styles", fmt.Sprintf("ha più di %d stili", maxStyles), fmt.Sprintf("it has more than %d styles", maxStyles))
}

func errSheets() error {
	return aboutFile("sheets", fmt.Sprintf("ha più di %d fogli", maxSheets), fmt.Sprintf("it has more than %d sheets", maxSheets))
}

// errTooLarge is the fault of a file that holds more than may be unpacked or read.
func errTooLarge(limit int64) error {
	it, en := fmt.Sprintf("contiene più di %d MiB", limit>>20), fmt.Sprintf("it holds more than %d MiB", limit>>20)
	return fault.New(fault.BodyTooLarge, "Il foglio "+it+".", "The sheet is too large: "+en+".").At("file", "size", it, en).With("limit_bytes", limit)
}

func errBlankRows(line int) error {
	it, en := fmt.Sprintf("più di %d righe vuote", maxBlank), fmt.Sprintf("more than %d empty rows", maxBlank)
	return fault.New(fault.RequestInvalid, "Il foglio ha "+it+": eliminarle.", "The sheet has "+en+": delete them.").At(fmt.Sprintf("line:%d", line), "blank-rows", it, en)
}

// aboutSheet is a fault of the choice of the sheet.
func aboutSheet(sheet, code, it, en string) error {
	return fault.New(fault.RequestInvalid, "Il foglio da leggere non è chiaro: "+it+".", "It is not clear which sheet to read: "+en+".").At("sheet:"+sheet, code, it, en)
}

// aboutCell is a fault of one cell.
func aboutCell(cell, code, it, en string) error {
	return fault.New(fault.RequestInvalid, "Una cella non è accettata: "+it+".", "A cell is not accepted: "+en+".").At("cell:"+cell, code, it, en)
}

func errFormula(cell string) error {
	return aboutCell(cell, "formula", "contiene una formula: incollare i valori", "it has a formula: paste the values")
}

func errMerged(cell string) error {
	return aboutCell(cell, "merged", "è unita ad altre", "it is merged with others")
}

func errValue(cell string) error {
	return aboutCell(cell, "error", "contiene un errore del foglio di calcolo", "it has an error of the spreadsheet")
}

func errPlace(cell string) error {
	return aboutCell(cell, "place", "è ripetuta o fuori ordine", "it stands twice or out of order")
}

func errCell(cell string) error {
	return aboutCell(cell, "cell", "il valore non è leggibile", "its value can't be read")
}

func errEncoding(cell string) error {
	return aboutCell(cell, "encoding", "contiene un carattere non ammesso", "it has a character that is not allowed")
}

func errLong(cell string) error {
	return aboutCell(cell, "length", fmt.Sprintf("ha più di %d caratteri", MaxCell), fmt.Sprintf("it has more than %d characters", MaxCell))
}
