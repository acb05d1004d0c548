using System.Runtime.InteropServices;
using Sida.Engine.Language.Gguf;

namespace Sida.Engine.Language.Interop;

/// <summary><c>llama_model_quantize</c>.</summary>
internal static unsafe class LlamaQuantization
{
    private const int RowBuffers = 256 << 20;

    /// <summary>Writes a quantised copy of a checked file; false if llama.cpp failed and logged why. Blocks, for minutes with large models.</summary>
    /// <param name="library">llama.cpp.</param>
    /// <param name="source">The file to read.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="fileType">llama.cpp's number of the mix of formats.</param>
    /// <param name="keptInHalf">Names of tensors that become f16 instead.</param>
    public static bool Run(LlamaLibrary library, string source, string target, uint fileType, IReadOnlyList<string> keptInHalf)
    {
        LlamaQuantizeParams parameters = library.QuantizeDefaultParams();
        parameters.Threads = Environment.ProcessorCount;
        parameters.FileType = (int)fileType;
        parameters.MaxBufferSize = RowBuffers;
        using NativeText from = new(source);
        using NativeText to = new(target);
        nint[] patterns = [.. keptInHalf.Select(name => Marshal.StringToCoTaskMemUTF8($"^{name.Replace(".", "\\.", StringComparison.Ordinal)}$"))];

        // The list ends with an entry of zeros.
        TensorOverride[] overrides = [.. patterns.Select(pattern => new TensorOverride(pattern, (int)GgmlType.F16)), default];
        try
        {
            fixed (TensorOverride* first = overrides)
            {
                parameters.TensorTypeOverrides = (nint)first;
                return library.ModelQuantize(from.Bytes, to.Bytes, &parameters) == 0;
            }
        }
        finally
        {
            Array.ForEach(patterns, Marshal.FreeCoTaskMem);
        }
    }

    /// <summary><c>llama_model_tensor_override</c>: a regular expression for names and the type that its tensors get.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct TensorOverride(nint Pattern, int Type);
}
