namespace Sida.Engine.Language.Interop;

/// <summary><c>llama_model_quantize</c>.</summary>
internal static unsafe class LlamaQuantization
{
    private const int RowBuffers = 256 << 20;

    /// <summary>Writes a quantised copy of a checked file; false if llama.cpp failed and logged why. Blocks, for minutes with large models.</summary>
    public static bool Run(LlamaLibrary library, string source, string target, uint fileType)
    {
        LlamaQuantizeParams parameters = library.QuantizeDefaultParams();
        parameters.Threads = Environment.ProcessorCount;
        parameters.FileType = (int)fileType;
        parameters.MaxBufferSize = RowBuffers;
        using NativeText from = new(source);
        using NativeText to = new(target);
        return library.ModelQuantize(from.Bytes, to.Bytes, &parameters) == 0;
    }
}
