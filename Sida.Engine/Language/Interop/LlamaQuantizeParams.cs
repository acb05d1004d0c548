using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>How a file is quantised: <c>llama_model_quantize_params</c> of llama.cpp v0.5.0, field for field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaQuantizeParams
{
    public int Threads;
    public int FileType;
    public int OutputTensorType;
    public int TokenEmbeddingType;
    public byte AllowRequantize;
    public byte QuantizeOutputTensor;
    public byte OnlyCopy;
    public byte Pure;
    public byte KeepSplit;
    public byte DryRun;
    public nint ImportanceMatrix;
    public nint MetadataOverrides;
    public nint TensorTypeOverrides;
    public nint PrunedLayers;
    public nuint MaxBufferSize;
}
