using Microsoft.ML.OnnxRuntime;

namespace Sida.Engine.Vision;

/// <summary>
/// Where the vision networks run. CUDA comes from an optional library, looked for in <see cref="CudaFolder"/> beside the program: the
/// files of the npm package <c>com.github.asus4.onnxruntime.linux-x64-gpu</c> of the same version as the runtime; it needs CUDA 13 and
/// cuDNN 9 on the machine.
/// </summary>
/// <remarks>
/// Not yet verified on a GPU. Verified without one: a library that lacks CUDA is reported, and <c>auto</c> falls back to the processor.
/// </remarks>
internal sealed class VisionDevice
{
    /// <summary>Folder of the optional CUDA provider, relative to the program.</summary>
    public const string CudaFolder = "native/onnxruntime-cuda";

    private const string CudaLibrary = "libonnxruntime_providers_cuda.so";
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>The provider library can be registered once a process.</summary>
    private static readonly Lock Registration = new();

    private readonly OrtEpDevice? _cuda;

    private VisionDevice(string name, string? note, OrtEpDevice? cuda)
    {
        Name = name;
        Note = note;
        _cuda = cuda;
    }

    /// <summary>What is used: <c>cpu</c> or <c>cuda:n</c>.</summary>
    public string Name { get; }

    /// <summary>Why CUDA isn't used although the library is there, or null.</summary>
    public string? Note { get; }

    /// <summary>Finds the device that an option means on this machine.</summary>
    /// <exception cref="NativeRuntimeException">CUDA is demanded and not usable, or ONNX Runtime is missing.</exception>
    public static VisionDevice Choose(DeviceOption option)
    {
        if (option.Kind == DeviceKind.Cpu)
        {
            return new VisionDevice("cpu", null, null);
        }

        string library = Path.Combine(AppContext.BaseDirectory, CudaFolder, CudaLibrary);
        if (!File.Exists(library))
        {
            return option.Kind == DeviceKind.Auto
                ? new VisionDevice("cpu", null, null)
                : throw new NativeRuntimeException(
                    $"{library}: not found, so {option} can't run the vision networks. Put the files of the npm package "
                    + "com.github.asus4.onnxruntime.linux-x64-gpu there, or use --device cpu.");
        }

        try
        {
            return OnnxErrors.Translate(
                $"{library}: can't be used; it needs CUDA 13 and cuDNN 9 on the machine, or choose --device cpu", () => ChooseCuda(library, option));
        }
        catch (NativeRuntimeException error) when (option.Kind == DeviceKind.Auto)
        {
            return new VisionDevice("cpu", error.Message, null);
        }
    }

    /// <summary>Makes a session use this device; without CUDA it uses the processor.</summary>
    public void Configure(SessionOptions options)
    {
        if (_cuda is not null)
        {
            options.AppendExecutionProvider(OrtEnv.Instance(), [_cuda], new Dictionary<string, string>());
        }
    }

    private static VisionDevice ChooseCuda(string library, DeviceOption option)
    {
        List<OrtEpDevice> devices;
        lock (Registration)
        {
            devices = CudaDevices();
            if (devices.Count == 0)
            {
                OrtEnv.Instance().RegisterExecutionProviderLibrary(CudaProvider, library);
                devices = CudaDevices();
            }
        }

        return option.Index < devices.Count
            ? new VisionDevice(FormattableString.Invariant($"cuda:{option.Index}"), null, devices[option.Index])
            : throw new NativeRuntimeException(
                $"ONNX Runtime sees {devices.Count} CUDA device(s), so {option} can't be used. Check the driver, or use --device cpu.");
    }

    private static List<OrtEpDevice> CudaDevices() => [.. OrtEnv.Instance().GetEpDevices().Where(device => device.EpName == CudaProvider)];
}
