namespace Sida.Engine;

/// <summary>The native runtimes that this program is pinned to; package.json fetches them, tests assert their layout.</summary>
public static class NativeVersions
{
    /// <summary>Release of llama.cpp.</summary>
    public const string Llama = "0.5.0";

    /// <summary>Release of ONNX Runtime.</summary>
    public const string OnnxRuntime = "1.29.0";
}
