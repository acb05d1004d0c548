using System.Text.Json;
using System.Text.Json.Serialization;
using Sida.Engine.Analysis;

namespace Sida.Web.Work;

/// <summary>The one way in which the web app writes JSON: names and enum values in camel case, an analysis exactly as the command line writes it.</summary>
internal static class WebJson
{
    private static readonly JsonSerializerOptions Plain = Names(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new DocumentConverter());
        return Names(options);
    }

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null where a value was stored.");

    private static JsonSerializerOptions Names(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }

    /// <summary>Programs that read the command line's JSON read this too.</summary>
    private sealed class DocumentConverter : JsonConverter<AnalysisDocument>
    {
        public override AnalysisDocument? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<AnalysisDocument>(ref reader, Plain);

        public override void Write(Utf8JsonWriter writer, AnalysisDocument value, JsonSerializerOptions options) =>
            writer.WriteRawValue(AnalysisJson.Serialize(value), skipInputValidation: true);
    }
}
