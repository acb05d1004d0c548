using System.Threading.Channels;

namespace Sida.Web.Review.Webhooks;

/// <summary>Tells the sender that there is something to send.</summary>
internal sealed class DeliverySignal
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Waits until something was saved.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _wakes.Reader.ReadAsync(cancellation);
}
