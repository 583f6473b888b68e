// veraPDF's engine, driven by the Rhino shell that comes in the same jar, so that a Java runtime is
// enough. Every file named on the command line is checked against PDF/A-3a and PDF/UA-1; one line of
// JSON for each pair: {file, flavour, failures: [what failed, where]}.
var pdfa = Packages.org.verapdf.pdfa;
Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = pdfa.Foundries.defaultInstance();
var files = arguments;
["3a", "ua1"].forEach(function (id) {
  var flavour = pdfa.flavours.PDFAFlavour.byFlavourId(id);
  for (var n = 0; n < files.length; n++) check(files[n], id, flavour);
});

function check(name, id, flavour) {
  var parser = foundry.createParser(new java.io.File(name), flavour);
  try {
    var result = foundry.createValidator(flavour, false).validate(parser);
    var failures = [];
    for (var each = result.getTestAssertions().iterator(); each.hasNext();) {
      var one = each.next();
      failures.push(String(one.getRuleId().getClause() + ": " + one.getMessage() + " " + one.getLocation().getContext()));
    }
    var compliant = Boolean(result.isCompliant());
    print(JSON.stringify({file: String(name), flavour: id, compliant: compliant, failures: failures}));
  } finally {
    parser.close();
  }
}
