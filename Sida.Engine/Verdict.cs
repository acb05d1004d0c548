using System.Text.Json.Serialization;

namespace Sida.Engine;

/// <summary>What a picture is, in the order of the detection head's class logits.</summary>
public enum Verdict
{
    /// <summary>Taken as it is.</summary>
    [JsonStringEnumMemberName("real")]
    Real = 0,

    /// <summary>Generated as a whole.</summary>
    [JsonStringEnumMemberName("fullSynthetic")]
    FullSynthetic = 1,

    /// <summary>A real picture of which a part was altered.</summary>
    [JsonStringEnumMemberName("tampered")]
    Tampered = 2,
}
