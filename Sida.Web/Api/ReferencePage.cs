using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.OpenApi;

namespace Sida.Web.Api;

/// <summary>The OpenAPI document as one page to read: no scripts and nothing from elsewhere, so it works under the strictest policy and in print.</summary>
internal static class ReferencePage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --soft: color-mix(in srgb, currentColor 8%, transparent) }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 60rem }
        h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) } h3 { margin: 2rem 0 .5rem; font-size: 1rem } p { margin: .5rem 0 }
        code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .25em; overflow-wrap: anywhere }
        .method { display: inline-block; min-width: 4.5em; font-weight: 700 } .tables { overflow-x: auto }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0 } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line) }
        nav ul { columns: 14rem; padding-left: 1.2rem } caption { text-align: left; font-weight: 600; padding-top: .5rem }
        """;

    public static string Write(OpenApiDocument document)
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Sida for programs</title><style>")
            .Append(Style).Append("</style></head><body><main>\n<h1>Sida for programs</h1>\n<p>").Append(Text(document.Info.Description)).Append("</p>\n")
            .Append("<p>Programs sign with <code>Authorization: Bearer sida_...</code>; keys are made on <a href=\"/keys\">the page for keys</a>. This page is written from <a href=\"").Append(ApiHosting.DocumentAddress)
            .Append("\">").Append(ApiHosting.DocumentAddress).Append("</a>.</p>\n");
        var groups = document.Paths
            .SelectMany(path => (path.Value.Operations ?? []).Select(operation => (Path: path.Key, Method: operation.Key.Method, Operation: operation.Value)))
            .GroupBy(entry => entry.Operation.Tags?.FirstOrDefault()?.Name ?? "Others")
            .ToList();
        html.Append("<nav aria-label=\"Contents\"><ul>\n");
        foreach (var group in groups)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{Anchor(group.Key)}\">{Text(group.Key)}</a></li>\n");
        }

        html.Append("<li><a href=\"#schemas\">Objects</a></li></ul></nav>\n");
        foreach (var group in groups)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{Anchor(group.Key)}\">{Text(group.Key)}</h2>\n");
            foreach ((string path, string method, OpenApiOperation operation) in group)
            {
                WriteOperation(html, path, method, operation);
            }
        }

        html.Append("<h2 id=\"schemas\">Objects</h2>\n");
        foreach ((string name, IOpenApiSchema schema) in (document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>()).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            WriteSchema(html, name, schema);
        }

        return html.Append("</main></body></html>\n").ToString();
    }

    private static void WriteOperation(StringBuilder html, string path, string method, OpenApiOperation operation)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section>\n<h3><span class=\"method\">{Text(method)}</span> <code>{Text(path)}</code></h3>\n<p>{Text(operation.Summary)}.</p>\n");
        if (!string.IsNullOrEmpty(operation.Description))
        {
            html.Append("<p>").Append(Text(operation.Description)).Append("</p>\n");
        }

        List<(string, string)> parts = [.. (operation.Parameters ?? []).Select(parameter => (parameter.Name ?? "", $"{TypeOf(parameter.Schema)} in the {Place(parameter.In)}"))];
        parts.AddRange((operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>()).Select(body => ("body", $"{body.Key}: {TypeOf(body.Value.Schema)}")));
        parts.AddRange((operation.Responses ?? []).SelectMany(answer => Answers(answer.Key, answer.Value)));
        WriteTable(html, null, parts);
        html.Append("</section>\n");
    }

    private static IEnumerable<(string, string)> Answers(string status, IOpenApiResponse answer) => answer.Content is { Count: > 0 } content
        ? content.Select(body => (status, $"{body.Key}{(body.Value.Schema is null ? "" : ": " + TypeOf(body.Value.Schema))}"))
        : [(status, answer.Description ?? "")];

    private static void WriteSchema(StringBuilder html, string name, IOpenApiSchema schema)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section id=\"{Anchor(name)}\">\n");
        List<(string, string)> rows = [.. (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(member =>
            (member.Key, TypeOf(member.Value) + (schema.Required?.Contains(member.Key) == true ? "" : ", optional") + (member.Value.Description is { Length: > 0 } text ? " – " + text : "")))];
        if (rows.Count == 0)
        {
            rows.Add(("value", TypeOf(schema)));
        }

        WriteTable(html, name, rows);
        html.Append("</section>\n");
    }

    private static void WriteTable(StringBuilder html, string? caption, List<(string Name, string Meaning)> rows)
    {
        html.Append("<div class=\"tables\"><table>");
        if (caption is not null)
        {
            html.Append("<caption>").Append(Text(caption)).Append("</caption>");
        }

        foreach ((string name, string meaning) in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><code>{Text(name)}</code></th><td>{Text(meaning)}</td></tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static string TypeOf(IOpenApiSchema? schema) => schema switch
    {
        null => "anything",
        OpenApiSchemaReference reference => reference.Reference.Id ?? "object",
        { Enum.Count: > 0 } => string.Join(" | ", schema.Enum.Select(value => value?.ToString() ?? "null")),
        { OneOf.Count: > 0 } => string.Join(" | ", schema.OneOf.Select(TypeOf)),
        { AnyOf.Count: > 0 } => string.Join(" | ", schema.AnyOf.Select(TypeOf)),
        { Type: JsonSchemaType.Object, Properties.Count: > 0 } => "fields " + string.Join(", ", schema.Properties.Select(field => $"{field.Key} ({TypeOf(field.Value)})")),
        { Type: { } type } when type.HasFlag(JsonSchemaType.Array) => $"list of {TypeOf(schema.Items)}",
        { Type: { } type } => string.Join(" | ", Enum.GetValues<JsonSchemaType>().Where(one => type.HasFlag(one)).Select(one => one.ToString().ToLowerInvariant())) + (schema.Format is { } format ? $" ({format})" : ""),
        _ => "anything",
    };

    private static string Place(ParameterLocation? place) => place switch
    {
        ParameterLocation.Query => "query",
        ParameterLocation.Header => "headers",
        _ => "address",
    };

    private static string Anchor(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-'));

    private static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
