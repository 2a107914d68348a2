"use client";

import { ConfirmForm } from "@/components/confirm-form";
import { type Deadline, useSecondsLeft } from "@/components/use-seconds-left";
import { lostWords } from "@/lib/lost-words";
import { cancelOrderAction } from "../actions";

type Props = { orderId: string; deadline: Deadline };

export const CancelForm = ({ orderId, deadline }: Props) => (
  <ConfirmForm
    action={cancelOrderAction}
    lost={lostWords.cancel}
    question="Cancel order"
    fields={{ orderId }}
    confirm="Yes, cancel the order"
    working="Cancelling…"
    isOver={useSecondsLeft(deadline) === 0}
  >
    The ticket is then for sale again, and others can buy it. You pay nothing.
  </ConfirmForm>
);
