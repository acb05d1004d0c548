using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>How a model is loaded: <c>llama_model_params</c> of llama.cpp v0.5.0, field for field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaModelParams
{
    /// <summary>Null-terminated list of devices to offload to; null means all.</summary>
    public nint* Devices;
    public nint TensorBufferOverrides;

    /// <summary>Layers kept on a GPU; negative means all.</summary>
    public int GpuLayers;
    public int SplitMode;
    public int LoadMode;
    public int LazyMode;
    public int MainGpu;
    public float* TensorSplit;
    public delegate* unmanaged<float, void*, byte> ProgressCallback;
    public void* ProgressCallbackData;
    public nint MetadataOverrides;
    public byte VocabularyOnly;
    public byte CheckTensors;
    public byte UseExtraBuffers;
    public byte NoHost;
    public byte NoAlloc;
    public byte LoadMtp;

    /// <summary>Value of <see cref="SplitMode"/>: the whole model on one device.</summary>
    public const int SplitModeNone = 0;
}
