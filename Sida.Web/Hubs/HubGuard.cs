using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Work;
using HubException = Microsoft.AspNetCore.SignalR.HubException;

namespace Sida.Web.Hubs;

/// <summary>
/// Every hub call passes here: it is counted, a key that was revoked and a person who was signed out since the connection was opened
/// open nothing more, and errors reach the client as "kind: what to do" instead of as a fault of the server.
/// </summary>
internal sealed class HubGuard(Standing standing, CallRate rate, CircuitCount connections) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            Caller caller = invocationContext.Context.User?.FindCaller() ?? throw new NotFoundException("Nobody is connected.");
            if (await standing.RenewAsync(invocationContext.Context.User!, CancellationToken.None) is null)
            {
                invocationContext.Context.Abort();
                throw new ForbiddenException("This API key was revoked or has expired, or its owner was signed out.");
            }

            rate.Count(caller);
            object? result = await next(invocationContext);
            return result is IAsyncEnumerable<AnalysisMessage> stream ? Guarded(stream) : result;
        }
        catch (SidaException error)
        {
            throw Told(error);
        }
    }

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        Caller caller = context.Context.User?.FindCaller() ?? throw new HubException("Nobody is connected.");
        if (!connections.TryAdd(caller.OwnerId))
        {
            throw Told(new LimitException("Too many connections. Close some; one connection carries many analyses (Sida:Access:MaxCircuitsPerOwner)."));
        }

        context.Context.Items[typeof(CircuitCount)] = caller.OwnerId;
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (context.Context.Items.Remove(typeof(CircuitCount), out object? counted) && counted is Guid owner)
        {
            connections.Remove(owner);
        }

        await next(context, exception);
    }

    private static async IAsyncEnumerable<AnalysisMessage> Guarded(IAsyncEnumerable<AnalysisMessage> stream, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using IAsyncEnumerator<AnalysisMessage> messages = stream.GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await messages.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (SidaException error)
            {
                throw Told(error);
            }

            yield return messages.Current;
        }
    }

    private static HubException Told(SidaException error) => new($"{FailureKind.Of(error)}: {error.Message}");
}
