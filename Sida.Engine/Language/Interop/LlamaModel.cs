using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>
/// A model's weights in memory. The file must have passed <see cref="Gguf.LlamaFileCheck"/>: llama.cpp ends the process over some
/// malformed files instead of reporting them.
/// </summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private LlamaModel(LlamaLibrary library, LlamaModelHandle handle, LlamaDevice device)
    {
        Library = library;
        Handle = handle;
        Device = device;
        nint model = handle.DangerousGetHandle();
        HiddenSize = library.ModelHiddenSize(model);
        TrainedContext = library.ModelTrainedContext(model);
        WeightBytes = checked((long)library.ModelSize(model));
        VocabularySize = library.VocabularyTokens(library.ModelVocabulary(model));
        byte* description = stackalloc byte[128];
        library.ModelDescription(model, description, 128);
        Description = NativeText.Read(description);
    }

    public LlamaLibrary Library { get; }

    public LlamaModelHandle Handle { get; }

    public LlamaDevice Device { get; }

    /// <summary>Width H of a hidden state.</summary>
    public int HiddenSize { get; }

    /// <summary>Positions that the model was trained for.</summary>
    public int TrainedContext { get; }

    public long WeightBytes { get; }

    /// <summary>Number of token ids, which is also the number of logits.</summary>
    public int VocabularySize { get; }

    /// <summary>For example <c>llama 7B Q4_K - Medium</c>.</summary>
    public string Description { get; }

    /// <summary>Loads a checked file.</summary>
    /// <exception cref="NativeRuntimeException">llama.cpp refused it, or the device doesn't exist.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while loading.</exception>
    public static LlamaModel Load(string path, DeviceOption option, CancellationToken cancellation)
    {
        LlamaLibrary library = LlamaLibrary.Instance;
        LlamaDevice device = LlamaDevice.Choose(library, option);
        nint* devices = stackalloc nint[] { device.Handle, 0 };
        LlamaModelParams parameters = library.ModelDefaultParams();
        parameters.Devices = devices;
        parameters.GpuLayers = device.IsGpu ? -1 : 0;
        parameters.SplitMode = LlamaModelParams.SplitModeNone;
        GCHandle token = GCHandle.Alloc(cancellation);
        try
        {
            parameters.ProgressCallback = &Continue;
            parameters.ProgressCallbackData = (void*)GCHandle.ToIntPtr(token);
            using LlamaErrors errors = new(library.Log);
            using NativeText file = new(path);
            LlamaModelHandle handle = new(library, library.ModelLoadFromFile(file.Bytes, parameters));
            if (handle.IsInvalid)
            {
                cancellation.ThrowIfCancellationRequested();
                throw new NativeRuntimeException($"llama.cpp can't load {path}: {errors.Text}.");
            }

            return new LlamaModel(library, handle, device);
        }
        finally
        {
            token.Free();
        }
    }

    /// <summary>llama.cpp's attribute bits of a token: 1 unknown, 4 normal, 8 control, 16 user defined, 32 byte.</summary>
    public int TokenAttributes(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize);
        return Library.VocabularyAttributes(Library.ModelVocabulary(Handle.DangerousGetHandle()), id);
    }

    public void Dispose() => Handle.Dispose();

    [UnmanagedCallersOnly]
    private static byte Continue(float progress, void* token) =>
        ((CancellationToken)GCHandle.FromIntPtr((nint)token).Target!).IsCancellationRequested ? (byte)0 : (byte)1;
}
