using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sida.Engine.Evaluation;

/// <summary>Writes reports as JSON.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationReport), TypeInfoPropertyName = "Report")]
[JsonSerializable(typeof(MeasuredQuality), TypeInfoPropertyName = "Quality")]
public sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>The report as indented UTF-8.</summary>
    public static byte[] Write(EvaluationReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Default.Report);
}
