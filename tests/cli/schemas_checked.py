"""The schemas of documents, strict: a key that no model names is an error."""

from cli.words.schema import document_schema
from tools import schemas

#: Command -> schema of its JSON.
SCHEMAS = {one[1]: document_schema(*one) for one in schemas.DOCUMENTS.values()}


def strict(schema):
    """The schema with no other key than those it names: keys may be added, but not unseen."""
    if isinstance(schema, dict):
        made = {key: strict(value) for key, value in schema.items()}
        return made | {"additionalProperties": False} if "properties" in schema else made
    return [strict(some) for some in schema] if isinstance(schema, list) else schema
