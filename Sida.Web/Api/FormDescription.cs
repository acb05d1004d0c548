using Microsoft.OpenApi;

namespace Sida.Web.Api;

/// <summary>What the OpenAPI document says of the form with pictures, which is read from the stream and so can't be seen in a parameter.</summary>
internal static class FormDescription
{
    private const string FormType = "multipart/form-data";

    public static Task DescribeAsync(OpenApiOperation operation)
    {
        if (operation.RequestBody?.Content?.TryGetValue(FormType, out OpenApiMediaType? form) ?? false)
        {
            form.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "image" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["image"] = new OpenApiSchema { Type = JsonSchemaType.Array, MinItems = 1, MaxItems = OrderForm.MaxPictures, Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                    ["prompt"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["preset"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["detect", "explain"] },
                    ["model"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["maxNewTokens"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                },
            };
        }

        return Task.CompletedTask;
    }
}
