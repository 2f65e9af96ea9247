"""validate-attestations.py SBOM PROVENANCE : says what is wrong with them, a line each."""
import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

sbom, provenance = sys.argv[1:]

for message in validate_full_spdx_document(parse_file(sbom)):
    print(f"{sbom}: {message.context.spdx_id}: {message.validation_message}")

with open(provenance, encoding="utf-8") as file:
    document = json.load(file)
# Fields that the specification has not are errors of these.
statement = json_format.ParseDict(document, statement_pb2.Statement())
Statement.copy_from_pb(statement).validate()
predicate = json_format.ParseDict(document["predicate"], provenance_pb2.Provenance())
for descriptor in [*predicate.build_definition.resolved_dependencies, *predicate.run_details.byproducts]:
    ResourceDescriptor.copy_from_pb(descriptor).validate()
